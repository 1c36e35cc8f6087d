/** Giving the hub debug files: chosen or dropped, one after the other, each with its answer. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { SymbolsAnswer } from "@windfall/api";
import { useRef, useState } from "react";
import { useHub } from "../../hub/hub.ts";
import { Icon } from "../../ui/icon.tsx";
import { problemSentence } from "../../ui/loading.tsx";
import { bytes, plural } from "../../ui/numbers.ts";
import { visible } from "../../ui/visible-text.ts";
import { type DebugFile, debugFiles, droppedEntries } from "./dropped-files.ts";

interface Outcome {
  readonly name: string;
  readonly answer?: SymbolsAnswer;
  readonly error?: unknown;
}

export function SymbolUpload() {
  const { client } = useHub();
  const queryClient = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [sending, setSending] = useState<{ readonly item: DebugFile; readonly number: number; readonly of: number }>();
  const [outcomes, setOutcomes] = useState<readonly Outcome[]>([]);

  const upload = useMutation({
    mutationFn: async (files: Promise<readonly DebugFile[]>) => {
      setOutcomes([]);
      const found = await files;
      if (found.length === 0) setOutcomes([{ name: "Nothing to send", error: undefined }]);
      for (const [index, item] of found.entries()) {
        setSending({ item, number: index + 1, of: found.length });
        const outcome = await client.call("ingestSymbols", { body: namedBody(item) }).then(
          (answer): Outcome => ({ name: item.name, answer }),
          (error: unknown): Outcome => ({ name: item.name, error }),
        );
        setOutcomes((before) => [...before, outcome]);
      }
    },
    onSettled: async () => {
      setSending(undefined);
      // New symbols rename frames and signatures: nothing that was asked before is still true.
      await queryClient.invalidateQueries();
    },
  });

  return (
    <section
      className={over ? "drop drop--over" : "drop"}
      aria-label="Upload symbols"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        if (!upload.isPending) upload.mutate(debugFiles(droppedEntries(event.dataTransfer)));
      }}
    >
      <p className="sub">Drop a dSYM, an xcarchive, a zip of them, or one Mach-O file here</p>
      <input
        ref={input}
        className="file-input"
        type="file"
        multiple
        tabIndex={-1}
        aria-label="Symbol files"
        onChange={(event) => {
          const files = [...(event.target.files ?? [])].map((file) => ({ name: file.name, file }));
          event.target.value = "";
          if (files.length > 0) upload.mutate(Promise.resolve(files));
        }}
      />
      <button
        type="button"
        className="btn btn--primary"
        disabled={upload.isPending}
        onClick={() => input.current?.click()}
      >
        <Icon name="upload" />
        Upload dSYM
      </button>
      <div role="status" className="stack stack--8">
        {sending && (
          <span className="note wrap-any">{`Sending ${sending.of > 1 ? `${sending.number} of ${sending.of}: ` : ""}${visible(sending.item.name)}, ${bytes(sending.item.file.size)}`}</span>
        )}
        {outcomes.map((outcome, index) => (
          <OutcomeLine key={index} outcome={outcome} />
        ))}
        {upload.isError && <span className="note">These files could not be read from the disk.</span>}
      </div>
    </section>
  );
}

/** As a form, so that the file goes with its name: that of a debug file stands nowhere in its bytes. */
function namedBody({ name, file }: DebugFile): FormData {
  const form = new FormData();
  form.append("symbols", file, name.slice(name.lastIndexOf("/") + 1));
  return form;
}

function OutcomeLine({ outcome: { name, answer, error } }: { readonly outcome: Outcome }) {
  if (!answer) {
    return (
      <span className="row row--keep">
        <Icon name="wrong" tone="bad" />
        <span className="wrap-any">{`${visible(name)}: ${error === undefined ? "there is no debug file in it." : problemSentence(error)}`}</span>
      </span>
    );
  }
  const fresh = answer.slices.filter((slice) => !slice.duplicate).length;
  const again = answer.slices.length - fresh;
  const parts = [
    fresh > 0 && `${plural(fresh, "slice")} taken in`,
    again > 0 && `${plural(again, "slice")} held already`,
    answer.slices.length === 0 && "no debug file in it",
    answer.skipped.length > 0 &&
      `${plural(answer.skipped.length, "file")} skipped (${answer.skipped[0]?.reason ?? ""})`,
  ];
  return (
    <span className="row row--keep">
      <Icon name={answer.slices.length > 0 ? "check" : "warn"} tone={answer.slices.length > 0 ? "good" : "warn"} />
      <span className="wrap-any">{visible(`${name}: ${parts.filter(Boolean).join(", ")}`)}</span>
    </span>
  );
}
