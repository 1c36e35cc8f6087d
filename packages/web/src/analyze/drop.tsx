/** Where files come in: dropped anywhere on the page, chosen, or pasted. */
import { useEffect, useRef, useState } from "react";
import { Icon } from "../ui/icon.tsx";
import { visible } from "../ui/visible-text.ts";
import { fromChooser, fromClipboard, fromDrop } from "./given-files.ts";
import type { GivenFile } from "./messages.ts";

/** A dSYM is a folder; React's types do not know the attribute. */
const FOLDERS = { webkitdirectory: "" };

export interface DropProps {
  readonly give: (files: readonly GivenFile[]) => void;
  /** Puts away what is shown. While something is, the place for more is small. */
  readonly dismiss: (() => void) | undefined;
  /** Whether this page can send anything at all. */
  readonly canKeep: boolean;
  /** The file that is being read. */
  readonly reading: string | undefined;
}

export function Drop({ give, dismiss, canKeep, reading }: DropProps) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const [trouble, setTrouble] = useState<string>();
  const take = (found: readonly GivenFile[]) => {
    setTrouble(found.length === 0 ? "There is no report and no debug file in it." : undefined);
    give(found);
  };
  const over = useDropAnywhere(take, () =>
    setTrouble("A folder that was dropped could not be opened here: use Choose a folder."),
  );
  const inputs = (
    <>
      <input
        ref={files}
        className="file-input"
        type="file"
        multiple
        tabIndex={-1}
        aria-label="Reports and symbols"
        onChange={(event) => {
          take(fromChooser(event.target.files));
          event.target.value = "";
        }}
      />
      <input
        ref={folder}
        className="file-input"
        type="file"
        {...FOLDERS}
        tabIndex={-1}
        aria-label="A folder of reports and symbols"
        onChange={(event) => {
          take(fromChooser(event.target.files));
          event.target.value = "";
        }}
      />
    </>
  );
  const choose = (primary: boolean) => (
    <>
      <button type="button" className={primary ? "btn btn--primary" : "btn"} onClick={() => files.current?.click()}>
        <Icon name="upload" />
        Choose files
      </button>
      <button type="button" className="btn" onClick={() => folder.current?.click()}>
        Choose a folder
      </button>
    </>
  );
  const said = (
    <span className="note wrap-any" role="status">
      {reading === undefined ? trouble : `Reading ${visible(reading)}`}
    </span>
  );
  const className = ["drop", dismiss && "drop--row", over && "drop--over"].filter(Boolean).join(" ");
  if (dismiss) {
    return (
      <section className={className} aria-label="Add files">
        <span className="sub">Drop another report, or a dSYM that is missing, anywhere on this page</span>
        {said}
        <span className="row row--tight push">
          {choose(false)}
          <button type="button" className="btn btn--quiet" onClick={dismiss}>
            Dismiss
          </button>
        </span>
        {inputs}
      </section>
    );
  }
  return (
    <section className={className} aria-label="Add files">
      <Icon name="file" tone="muted" />
      <h1 className="lead">Drop a crash report here, with its dSYM if you have it</h1>
      <p className="sub row">
        {choose(true)}
        <span>
          or paste the text <kbd>⌘V</kbd>
        </span>
      </p>
      <p className="note">
        {`Read in this browser by the same code as the command line. ${canKeep ? "Nothing is uploaded until you press Keep." : "Nothing is uploaded: this page sends nothing anywhere."}`}
      </p>
      {said}
      {inputs}
    </section>
  );
}

/** The whole page takes a drop and a paste. Says whether something hovers over it. */
function useDropAnywhere(take: (files: readonly GivenFile[]) => void, failed: () => void): boolean {
  const [over, setOver] = useState(false);
  const current = useRef({ take, failed });
  useEffect(() => {
    current.current = { take, failed };
  });
  useEffect(() => {
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") === true;
    const onDragOver = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const onDragLeave = (event: DragEvent) => {
      // Only leaving the window counts; between two elements it fires as well.
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent) => {
      if (!event.dataTransfer || !hasFiles(event)) return;
      event.preventDefault();
      setOver(false);
      fromDrop(event.dataTransfer).then(
        (found) => current.current.take(found),
        () => current.current.failed(),
      );
    };
    const onPaste = (event: ClipboardEvent) => {
      const found = event.clipboardData ? fromClipboard(event.clipboardData) : [];
      if (found.length > 0) current.current.take(found);
    };
    document.addEventListener("dragover", onDragOver);
    document.addEventListener("dragleave", onDragLeave);
    document.addEventListener("drop", onDrop);
    document.addEventListener("paste", onPaste);
    return () => {
      document.removeEventListener("dragover", onDragOver);
      document.removeEventListener("dragleave", onDragLeave);
      document.removeEventListener("drop", onDrop);
      document.removeEventListener("paste", onPaste);
    };
  }, []);
  return over;
}
