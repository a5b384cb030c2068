import { useId } from 'preact/hooks';
import { Combobox } from './Combobox';
import { choicesOf, type Field } from './form';
import type { Target } from './options';

type Props = {
  field: Field; value: string; change: (value: string) => void; targets: readonly Target[]; isFirst: boolean;
};

/** A field with its label and what it means. */
export const FieldRow = (props: Props) => {
  const { field, value, change, isFirst } = props;
  const id = useId();
  const hint = `${id}-hint`;
  if (field.shape === 'flag')
    return (
      <div class={`field${field.isDangerous ? ' dangerous' : ''}`}>
        <label class="check" for={id}>
          <input id={id} type="checkbox" checked={value === 'true'} aria-describedby={hint} autofocus={isFirst}
            onChange={(event) => change(event.currentTarget.checked ? 'true' : '')} />
          {field.label}
          {field.isDangerous && <span class="badge critical">passes over a protection</span>}
        </label>
        <p id={hint} class="hint">{sentence(field.argument.help)}</p>
      </div>
    );
  return (
    <div class="field">
      <label for={id}>
        {field.label}{field.argument.required && <span class="required"> (required)</span>}
      </label>
      <Input {...props} id={id} hint={hint} />
      <p id={hint} class="hint">{sentence(field.argument.help)}{field.shape === 'several' && ' One a line.'}</p>
    </div>
  );
};

const Input = ({ field, value, change, targets, isFirst, id, hint }: Props & { id: string; hint: string }) => {
  const { argument, shape } = field;
  const common = { id, value, 'aria-describedby': hint, 'aria-required': argument.required, autofocus: isFirst };
  switch (shape) {
    case 'select':
      return (
        <select {...common} onChange={(event) => change(event.currentTarget.value)}>
          {choicesOf(argument).map((one) => <option key={one.value} value={one.value}>{one.words}</option>)}
        </select>
      );
    case 'server':
      return (
        <Combobox id={id} value={value} targets={targets} choose={change} required={argument.required}
          autofocus={isFirst} describedBy={hint} placeholder="type to filter" />
      );
    case 'prose': case 'several':
      return <textarea {...common} rows={2} onInput={(event) => change(event.currentTarget.value)} />;
    default:
      return (
        <input {...common} type="text" autocomplete="off" spellcheck={false}
          inputMode={shape === 'number' ? 'numeric' : 'text'} onInput={(event) => change(event.currentTarget.value)} />
      );
  }
};

const sentence = (help: string) => (help ? `${help.charAt(0).toUpperCase()}${help.slice(1)}.` : '');
