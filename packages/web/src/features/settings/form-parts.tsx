/** The parts that the forms of the settings and of signing in share. */
import { type ReactNode, useId, useState } from "react";
import { Icon } from "../../ui/icon.tsx";
import { problemSentence } from "../../ui/loading.tsx";

export function FormProblem({ error, words }: { readonly error: unknown; readonly words?: string | undefined }) {
  if (error === null || error === undefined) return null;
  return (
    <p className="field-error" role="alert">
      <Icon name="wrong" small />
      {words ?? problemSentence(error)}
    </p>
  );
}

export interface PasswordFieldProps {
  readonly label: string;
  readonly value: string;
  readonly change: (value: string) => void;
  readonly autoComplete: "current-password" | "new-password";
  readonly minLength?: number;
  readonly note?: ReactNode;
}

export function PasswordField({ label, value, change, autoComplete, minLength, note }: PasswordFieldProps) {
  const [shown, setShown] = useState(false);
  const id = useId();
  return (
    <div className="label">
      <span>
        <label htmlFor={id}>{label}</label>
      </span>
      <span className="input-group">
        <input
          id={id}
          className="input"
          type={shown ? "text" : "password"}
          autoComplete={autoComplete}
          required
          minLength={minLength}
          maxLength={200}
          value={value}
          onChange={(event) => change(event.target.value)}
        />
        <button
          type="button"
          className="btn btn--text"
          aria-label={shown ? `Hide ${label}` : `Show ${label}`}
          onClick={() => setShown(!shown)}
        >
          {shown ? "Hide" : "Show"}
        </button>
      </span>
      {note !== undefined && <small className="note">{note}</small>}
    </div>
  );
}

export interface NameFieldProps {
  readonly label: string;
  readonly value: string;
  readonly change: (value: string) => void;
  readonly autoComplete?: string;
}

export function NameField({ label, value, change, autoComplete = "off" }: NameFieldProps) {
  return (
    <label className="label">
      <span>{label}</span>
      <input
        className="input"
        required
        maxLength={80}
        autoComplete={autoComplete}
        value={value}
        onChange={(event) => change(event.target.value)}
      />
    </label>
  );
}
