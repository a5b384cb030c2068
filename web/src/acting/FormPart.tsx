import { useMemo } from 'preact/hooks';
import { FieldRow } from './FieldRow';
import { fieldsOf, labelOf } from './form';
import type { Act } from './model';
import { useTargets } from './useTargets';

/** What is given, to read; and a field for each argument that is not. */
export const FormPart = ({ of }: { of: Act }) => {
  const { operation, given, values, change } = of;
  const fields = useMemo(() => fieldsOf(operation, given), [operation, given]);
  const { targets, all } = useTargets(operation, given);
  const known = operation.arguments.filter((one) => given[one.key]);
  return (
    <form class="act" onSubmit={(event) => event.preventDefault()}>
      {known.length > 0 && (
        <dl class="given">
          {known.map(({ key }) => <div key={key}><dt>{labelOf(key)}</dt><dd class="mono">{given[key]}</dd></div>)}
        </dl>
      )}
      {fields.map((field, i) => (
        <FieldRow
          key={field.argument.key} field={field} value={values.value[field.argument.key] ?? ''} isFirst={i === 0}
          targets={field.argument.key === operation.target ? targets : all}
          change={(value) => change(field.argument.key, value)}
        />
      ))}
    </form>
  );
};
