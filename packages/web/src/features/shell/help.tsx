/** The keys, on `?`. */
import { useEffect, useRef } from "react";
import { KEY_HELP } from "./keys.ts";

export function KeyHelp({ close }: { readonly close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="palette"
      aria-label="Keys"
      onClose={close}
      onClick={(event) => event.target === dialog.current && close()}
    >
      <div className="panel__head">
        <h2>Keys</h2>
        <button type="button" className="btn btn--quiet push" onClick={close}>
          Close <kbd>esc</kbd>
        </button>
      </div>
      <dl className="keylist">
        {KEY_HELP.map(([keys, words]) => (
          <div key={words} style={{ display: "contents" }}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{words}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
