import { pathOf, type Query } from '../api/client';
import type { Argument, Operation } from '../app/session';

/** What stands in the fields by their keys; a flag is `true` or empty. */
export type Values = Readonly<Record<string, string>>;

/** How a field is shown. */
export type Shape = 'flag' | 'select' | 'server' | 'prose' | 'several' | 'number' | 'line';

export type Field = { argument: Argument; shape: Shape; label: string; isDangerous: boolean };

/** Arguments that pass over what protects writes or data. */
const dangerous: ReadonlySet<string> = new Set(['force', 'primaryIsDead', 'acceptLoss']);

const labels: Record<string, string> = {
  because: 'Why', below: 'Below', to: 'To', for: 'How long', by: 'How far behind', force: 'Force it',
  primaryIsDead: 'The primary is off', acceptLoss: 'Accept loss', skipHooks: 'Run no hooks',
  applyFirst: 'Apply first what was received', instance: 'Server', cluster: 'Cluster', name: 'Name',
};

/** `primaryIsDead` as `Primary is dead`, unless it has words of its own. */
export const labelOf = (key: string) => {
  const words = key.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return labels[key] ?? words.charAt(0).toUpperCase() + words.slice(1);
};

/** A reason is told to those who read the record: no plan depends on it. */
export const isReason = (argument: Argument) => argument.kind === 'reason' || argument.key === 'because';

/** The choices of a field; that nothing is said is one where it need not be. */
export const choicesOf = (argument: Argument): { value: string; words: string }[] => {
  const texts = argument.kind === 'choice' ? ['true', 'false'] : argument.choices ?? [];
  const words: Record<string, string> = argument.kind === 'choice' ? { true: 'yes', false: 'no' } : {};
  const none = argument.required ? 'choose one' : 'leave as it is';
  return [{ value: '', words: none }, ...texts.map((value) => ({ value, words: words[value] ?? value }))];
};

/** One field for each argument that is not given. */
export const fieldsOf = (operation: Operation, given: Values): Field[] => operation.arguments
  .filter((one) => given[one.key] === undefined)
  .map((argument) => ({
    argument, shape: shapeOf(argument), label: labelOf(argument.key),
    isDangerous: argument.kind === 'flag' && dangerous.has(argument.key),
  }));

const shapeOf = (argument: Argument): Shape => {
  if (argument.kind === 'flag') return 'flag';
  if (argument.kind === 'choice' || argument.choices?.length) return 'select';
  if (isReason(argument)) return 'prose';
  if (argument.repeated) return 'several';
  return argument.kind === 'server' || argument.kind === 'number' ? argument.kind : 'line';
};

/** What stands in the fields at first: what is given, and what would be taken. */
export const initialOf = (operation: Operation, given: Values): Values => Object.fromEntries(
  operation.arguments.map((one) => [one.key, given[one.key] ?? one.default]));

/** Labels of what has to be given and is not. A rehearsal asks for no reason. */
export const missingOf = (operation: Operation, values: Values, isRehearsal = false) => operation.arguments
  .filter((one) => one.required && !(isRehearsal && isReason(one)) && !values[one.key]?.trim())
  .map((one) => labelOf(one.key));

/** Whether what is typed passes over a refusal that protects writes or data. */
export const passesOver = (values: Values) => [...dangerous].some((key) => values[key] === 'true');

export type Asked = { path: string; query: Query };

/** Path and query that act. */
export const askedOf = (operation: Operation, values: Values): Asked =>
  ({ path: pathOf(operation.path, values), query: queryOf(operation, operation.path, values, () => true) });

/** Path and query of the rehearsal; null where there is none. */
export const rehearsedOf = (operation: Operation, values: Values): Asked | null => (operation.planPath
  ? {
    path: pathOf(operation.planPath, values),
    query: queryOf(operation, operation.planPath, values, (one) => !isReason(one)),
  }
  : null);

const queryOf = (operation: Operation, path: string, values: Values, isMeant: (one: Argument) => boolean): Query =>
  Object.fromEntries(operation.arguments
    .filter((one) => !path.includes(`{${one.key}}`) && isMeant(one))
    .map((one) => [one.key, valueOf(one, values[one.key] ?? '')]));

const valueOf = (argument: Argument, text: string) =>
  (argument.repeated ? text.split(/[\s,]+/).filter((one) => one !== '') : text.trim());
