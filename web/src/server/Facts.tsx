import type { ComponentChildren } from 'preact';
import type { Fact } from './facts';

/** Facts in rows; nothing where there are none. */
export const Facts = ({ facts }: { facts: readonly Fact[] }) => (facts.length === 0 ? null : (
  <dl class="facts">
    {facts.map(({ of, is, tone }) => (
      <div key={of} class={tone ?? ''}>
        <dt>{of}</dt>
        <dd>{tone && <span class="mark">{tone === 'critical' ? 'error' : 'look'}</span>}{is}</dd>
      </div>
    ))}
  </dl>
));

/** A part of the panel below its heading. */
export const Part = ({ name, children }: { name: string; children: ComponentChildren }) => (
  <section class="part"><h3>{name}</h3>{children}</section>
);
