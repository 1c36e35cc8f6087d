/** A secret that was just made: shown until it is put away, and never again. */
import type { ReactNode } from "react";
import { Command } from "../../ui/copy.tsx";
import { Icon } from "../../ui/icon.tsx";

export interface OnceProps {
  readonly title: string;
  readonly note: string;
  readonly secret: string;
  readonly words: ReactNode;
  readonly stored: () => void;
  readonly revoke?: () => void;
}

export function ShownOnce({ title, note, secret, words, stored, revoke }: OnceProps) {
  return (
    <section className="panel" aria-labelledby="once" role="status">
      <div className="panel__head">
        <Icon name="done" tone="good" />
        <h2 id="once">{title}</h2>
        <span className="note">{note}</span>
      </div>
      <div className="panel__body stack">
        <Command bare text={secret} />
        <p className="sub">
          <b>Shown once.</b> {words}
        </p>
      </div>
      <div className="panel__foot">
        <button type="button" className="btn btn--primary" onClick={stored}>
          I have stored it
        </button>
        {revoke && (
          <button type="button" className="btn btn--quiet btn--danger" onClick={revoke}>
            Revoke now
          </button>
        )}
      </div>
    </section>
  );
}
