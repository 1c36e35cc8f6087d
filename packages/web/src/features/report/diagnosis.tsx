/** The verdict: what could have happened, best first, each with its evidence, what speaks against it, and what to do. */
import type { AnalysisJson } from "@windfall/core";
import { Bar, vars } from "../../ui/bar.tsx";
import { Icon } from "../../ui/icon.tsx";
import { visible } from "../../ui/visible-text.ts";

type Diagnosis = AnalysisJson["diagnosis"];
type Hypothesis = Diagnosis["hypotheses"][number];

export function Verdict({ diagnosis }: { readonly diagnosis: Diagnosis }) {
  const [first, ...others] = diagnosis.hypotheses;
  if (!first) return null;
  return (
    <section className="panel" aria-labelledby="verdict">
      <div className="panel__head">
        <h2 id="verdict">Verdict</h2>
        <span className="note">{`from this report, rules ${diagnosis.rulesVersion}`}</span>
        {diagnosis.inconclusive && <span className="badge badge--warn">not conclusive</span>}
        <span className="push note">Confidence</span>
      </div>
      <div className="panel__body stack stack--16">
        <First hypothesis={first} numbered={others.length > 0} />
        {others.length > 0 && (
          <ul className="list list--wrap" aria-label="Less likely">
            {others.map((other, index) => (
              <Other key={other.id} hypothesis={other} number={index + 2} />
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}

function First({ hypothesis, numbered }: { readonly hypothesis: Hypothesis; readonly numbered: boolean }) {
  return (
    <>
      <div className="stack stack--8">
        <div className="row row--between row--base">
          <p className="lead">
            {numbered && "1. "}
            {visible(hypothesis.title)}
          </p>
          <Certainty hypothesis={hypothesis} />
        </div>
        <ul className="list list--plain" aria-label="Evidence">
          {hypothesis.evidence.map((evidence) => (
            <li key={`${evidence.where} ${evidence.text}`}>
              <Icon name="check" tone="good" />
              <span className="wrap-any">{visible(evidence.text)}</span>
              <code className="v only-wide muted">{visible(evidence.where)}</code>
            </li>
          ))}
          {hypothesis.against.map((evidence) => (
            <li key={`${evidence.where} ${evidence.text}`}>
              <Icon name="dash" tone="muted" />
              <span className="wrap-any sub">Against: {visible(evidence.text)}</span>
              <code className="v only-wide muted">{visible(evidence.where)}</code>
            </li>
          ))}
        </ul>
      </div>
      <div className="cols cols--tight" style={vars({ "--n": 2 })}>
        <div className="stack stack--tight">
          <h3>Check first</h3>
          <p className="wrap-any">{visible(hypothesis.checkFirst)}</p>
        </div>
        <div className="stack stack--tight">
          <h3>Advice</h3>
          <p className="wrap-any">{visible(hypothesis.advice)}</p>
        </div>
      </div>
    </>
  );
}

function Other({ hypothesis, number }: { readonly hypothesis: Hypothesis; readonly number: number }) {
  const evidence = hypothesis.evidence.map((entry) => entry.text);
  const against = hypothesis.against.map((entry) => `Against: ${entry.text}`);
  return (
    <li>
      <span className="grow wrap-any">
        <b className="title">{`${number}. ${visible(hypothesis.title)}`}</b>
        <span className="muted">{`: ${visible([...evidence, ...against].join(". "))}`}</span>
      </span>
      <Certainty hypothesis={hypothesis} />
    </li>
  );
}

function Certainty({ hypothesis }: { readonly hypothesis: Hypothesis }) {
  return (
    <span className="withbar withbar--end" title="The score only ranks; it is no probability">
      <span className="sub nowrap">{`${hypothesis.confidence}, ${hypothesis.score.toFixed(2)}`}</span>
      <Bar value={hypothesis.score} width="64px" />
    </span>
  );
}
