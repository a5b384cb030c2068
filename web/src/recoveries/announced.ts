import { useEffect, useRef } from 'preact/hooks';
import { announce } from '../parts/announce';
import { stageWords } from './kinds';
import { stagesOf, type RecoveryRecord } from './stages';

/** Tells politely when another stage begins, and how it ended. */
export const useAnnounced = (record: RecoveryRecord | null) => {
  const said = useRef<string | null>(null);
  const says = record && (record.says ?? stageSays(record));
  useEffect(() => {
    // What was there when the reader came is read by them; only changes are told.
    if (says && said.current !== null && said.current !== says) announce(says);
    if (says) said.current = says;
  }, [says]);
};

const stageSays = ({ recovery }: RecoveryRecord) => {
  const stages = stagesOf(recovery), newest = stages.at(-1);
  if (!newest) return 'Begun';
  const waits = newest.stage.awaitsApproval ? ', waits for approval' : '';
  return `Stage ${stages.length}: ${stageWords(newest.stage.name)}${waits}`;
};
