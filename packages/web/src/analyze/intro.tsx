/** What one may drop, and what becomes of it: shown until something is there. */
import { vars } from "../ui/bar.tsx";
import { Command } from "../ui/copy.tsx";
import { Icon } from "../ui/icon.tsx";

const PROMISES = [
  ["Format", "known by the bytes, not by the name"],
  ["Names", "only from a dSYM with the same UUID; a gap is named, never guessed"],
  ["Cause", "ranked, each with the lines that speak for it, or “not conclusive”"],
] as const;

const REPORTS = [
  [".ips", "crash, watchdog, Jetsam, v1 and v2"],
  [".crash .txt", "Apple's text format"],
  ["KSCrash", "its reports as JSON"],
  [".xccrashpoint", "Xcode Organizer, as it is or zipped"],
] as const;

const SYMBOLS = [
  [".dSYM", "bundle, or the Mach-O file in it"],
  [".xcarchive", "all of its dSYMs"],
  [".zip", "any mix, with reports too"],
] as const;

export function Intro() {
  return (
    <>
      <section className="section" aria-labelledby="happens">
        <div className="section__head">
          <h2 id="happens">What happens</h2>
        </div>
        <ul className="list list--plain">
          {PROMISES.map(([title, words]) => (
            <li key={title}>
              <Icon name="check" tone="good" />
              <span>
                <b className="title">{title}</b> <span className="sub">{words}</span>
              </span>
            </li>
          ))}
        </ul>
      </section>
      <div className="cols section--line" style={vars({ "--n": 3 })}>
        <Kinds id="reports" title="Reports" kinds={REPORTS} />
        <Kinds id="symbols" title="Symbols" note="in the same drop or later" kinds={SYMBOLS} />
        <section className="section" aria-labelledby="elsewhere">
          <div className="section__head">
            <h2 id="elsewhere">On a command line</h2>
          </div>
          <p className="sub">The same answer, and as JSON:</p>
          <Command text="windfall analyze REPORT.ips --symbols PATH" />
        </section>
      </div>
    </>
  );
}

interface KindsProps {
  readonly id: string;
  readonly title: string;
  readonly note?: string;
  readonly kinds: readonly (readonly [name: string, words: string])[];
}

function Kinds({ id, title, note, kinds }: KindsProps) {
  return (
    <section className="section" aria-labelledby={id}>
      <div className="section__head">
        <h2 id={id}>{title}</h2>
        {note !== undefined && <span className="note">{note}</span>}
      </div>
      <ul className="list list--wrap">
        {kinds.map(([name, words]) => (
          <li key={name}>
            <code>{name}</code>
            <span className="v">{words}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
