import type { Link } from '../api/types';
import { lengthOf } from '../parts/time';
import { present, type Fact } from './facts';

/** One channel: where it receives from, what its threads do, and how far it is. */
export const channelOf = (link: Link): Fact[] => [
  thread('Receiver', link.receiver, link.receiverErrorNumber, link.receiverError, link.heldUpBy),
  thread('Applier', link.applier, link.applierErrorNumber, link.applierError, ''),
  lagOf(link),
  ...present([
    ['Delay', link.delaySeconds ? `${lengthOf(link.delaySeconds * 1000)}, on purpose` : ''],
    ['Finds its place', link.autoPosition ? 'by GTID' : 'by file and position'],
    ['Read up to', link.readPosition ?? ''], ['Executed up to', link.executedPosition ?? ''],
    ['Logs in as', link.user ?? ''], ['TLS', tlsOf(link)],
    ['Filters', link.hasFilters ? 'it leaves out a part of what it receives' : ''],
    ['Detached', link.isDetached ? 'on purpose: it points at a name that cannot exist' : ''],
  ]),
];

const thread = (of: string, state: string, number = 0, error = '', heldUp = ''): Fact => {
  const words = [
    state.toLowerCase(), heldUp && `held up: ${heldUp}`, number || error ? `error ${number}: ${error}` : '',
  ].filter((one) => one);
  const isWell = state === 'Running' && words.length === 1;
  return isWell ? { of, is: words.join('; ') } : { of, is: words.join('; '), tone: number ? 'critical' : 'warning' };
};

const lagOf = ({ lagSeconds }: Link): Fact =>
  (lagSeconds == null ? { of: 'Lag', is: 'not known', tone: 'warning' } : { of: 'Lag', is: `${lagSeconds} s` });

const tlsOf = ({ tls }: Link) => {
  if (!tls) return 'no';
  const parts = [tls.verifies ? 'the name of the source is checked' : 'the name of the source is not checked',
    tls.authority && `authorities ${tls.authority}`, tls.authorityPath && `authorities in ${tls.authorityPath}`,
    tls.certificate && `certificate ${tls.certificate}`];
  return `yes; ${parts.filter((one) => one).join('; ')}`;
};
