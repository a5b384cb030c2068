import type { Recovery } from '../api/types';
import { lengthOf, now } from '../parts/time';
import { stageWords } from './kinds';
import { outcomeOf } from './stages';
import { axisOf, ticksOf, type Axis, type Span } from './axis';
import './timeline.css';

/** Where the seconds of a recovery went: a bar for each stage on one axis. Nothing for a plan that did not run. */
export const Timeline = ({ recovery }: { recovery: Recovery }) => {
  const ended = outcomeOf(recovery) !== null;
  const axis = axisOf(recovery, ended ? 0 : now.value);
  if (!axis) return null;
  return (
    <div class="timeline">
      <Account axis={axis} ended={ended} />
      <ol>
        {axis.spans.map((span) => <Row key={span.number} span={span} axis={axis} />)}
      </ol>
      <div class="axis" aria-hidden="true">
        <div class="track">
          {ticksOf(axis.total).map((at) => <span key={at} style={{ left: percent(at, axis.total) }}>{tick(at)}</span>)}
        </div>
      </div>
    </div>
  );
};

const percent = (part: number, total: number) => `${(100 * Math.min(1, part / total)).toFixed(3)}%`;

const tick = (at: number) => (at === 0 ? '0' : at < 1000 ? `${at} ms`
  : at < 60_000 ? `${at / 1000} s` : at < 3_600_000 ? `${at / 60_000} min` : `${at / 3_600_000} h`);

/** The seconds in words: how long in all, of which how long was worked and looked, and nobody could write. */
const Account = ({ axis, ended }: { axis: Axis; ended: boolean }) => (
  <dl class="account">
    <div><dt>{ended ? 'In all' : 'So far'}</dt><dd>{lengthOf(axis.total)}</dd></div>
    <div><dt>Until the first stage</dt><dd>{lengthOf(axis.spans[0]?.from ?? 0)}</dd></div>
    <div><dt>In stages</dt><dd>{lengthOf(axis.worked)}</dd></div>
    <div><dt>Looking and planning</dt><dd>{lengthOf(axis.looked)}</dd></div>
    {axis.blocked && (
      <div class="blocked">
        <dt>Writes blocked</dt>
        <dd>{lengthOf(axis.blocked.until - axis.blocked.from)}{axis.blocked.isOver ? '' : ', not over yet'}</dd>
      </div>
    )}
  </dl>
);

const Row = ({ span, axis }: { span: Span; axis: Axis }) => {
  const { total, blocked } = axis;
  return (
    <li class={span.isRunning ? 'now' : ''} aria-current={span.isRunning ? 'step' : undefined}>
      <a href={`#stage-${span.number}`}>{span.number}. {stageWords(span.name)}</a>
      <span class="track" aria-hidden="true">
        {blocked && <i class="block" style={barOf(blocked.from, blocked.until, total)} />}
        {span.looked > 0 && <i class="looked" style={barOf(span.from - span.looked, span.from, total)} />}
        <i class={span.isEnd ? 'end' : 'work'} style={barOf(span.from, span.until, total)} />
      </span>
      <span class="told">{toldOf(span)}</span>
    </li>
  );
};

const barOf = (from: number, until: number, total: number) =>
  ({ left: percent(from, total), width: percent(until - from, total) });

const toldOf = ({ from, until, isEnd, isRunning }: Span) => (
  <>
    <span class="at"><span class="unseen">begins </span>+{lengthOf(from)}</span>
    <span class="took">
      {isEnd ? 'end' : <><span class="unseen">{isRunning ? 'has run ' : 'takes '}</span>{lengthOf(until - from)}</>}
      {isRunning && <span class="soft"> so far</span>}
    </span>
  </>
);
