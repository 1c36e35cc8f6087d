/** A list of mangled names, or any text with such names in it, as people read them. All in this browser. */
import { demangleInText } from "@windfall/core/demangle";
import { useDeferredValue, useMemo, useState } from "react";
import { CopyButton } from "../ui/copy.tsx";
import { count, plural } from "../ui/numbers.ts";
import { visible } from "../ui/visible-text.ts";

const EXAMPLES = [
  "$s7harbour4BoatC3row5untilyAA4PortV_tYaKFTY0_",
  "$s7harbour6ledger4withySayxGSS_tSHRzlFSi_Tg5Tm",
  "__ZNSt6vectorIiSaIiEE9push_backERKi",
  "_RNvMCs15kBYyAo9fc_7harbourNtB2_4Boat3row",
].join("\n");

/** Text that is shown at once; more is demangled with `windfall demangle`. */
const MAX_CHARACTERS = 2_000_000;

export function NamesView() {
  const [given, setGiven] = useState("");
  const [full, setFull] = useState(false);
  const text = useDeferredValue(given.slice(0, MAX_CHARACTERS));
  const lines = useMemo(
    () => text.split("\n").map((line) => demangleInText(line, { form: full ? "full" : "simplified" })),
    [text, full],
  );
  const shown = useMemo(() => lines.map(visible).join("\n"), [lines]);
  return (
    <>
      <section className="section" aria-labelledby="mangled">
        <div className="section__head">
          <h2 id="mangled">Mangled</h2>
          <span className="note">Swift, C++, Rust, Objective-C; nothing leaves this browser</span>
          <span className="push row row--tight">
            <button type="button" className="btn btn--quiet" onClick={() => setGiven(EXAMPLES)}>
              Examples
            </button>
          </span>
        </div>
        <textarea
          className="names"
          rows={8}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          aria-labelledby="mangled"
          placeholder="Names, one a line, or any text with names in it: a log, a backtrace, the output of nm"
          value={given}
          onChange={(event) => setGiven(event.target.value)}
        />
        {given.length > MAX_CHARACTERS && (
          <p className="sub" role="alert">
            {`The first ${count(MAX_CHARACTERS)} characters are shown below; the command windfall demangle takes any amount.`}
          </p>
        )}
      </section>
      <section className="section" aria-labelledby="demangled">
        <div className="section__head">
          <h2 id="demangled">Demangled</h2>
          {text !== "" && <span className="note">{plural(lines.length, "line")}</span>}
          <span className="push row row--tight">
            <span className="seg" role="group" aria-label="Form">
              <button type="button" aria-pressed={!full} onClick={() => setFull(false)}>
                Simplified
              </button>
              <button type="button" aria-pressed={full} onClick={() => setFull(true)}>
                Full
              </button>
            </span>
            <CopyButton className="btn btn--quiet" label="Copy the demangled names" text={() => lines.join("\n")} />
          </span>
        </div>
        <pre className="names" tabIndex={0} aria-labelledby="demangled">
          {text === "" ? "What you paste above stands here, line for line." : shown}
        </pre>
      </section>
    </>
  );
}
