/** What stands where an answer will be: still, in the shape of the rows, and only after a moment. */
import { useEffect, useState } from "react";
import { HubError } from "@windfall/api";
import { CopyButton } from "./copy.tsx";
import { Icon } from "./icon.tsx";
import { visible } from "./visible-text.ts";

const SHOW_AFTER_MS = 300;
const WIDTHS = ["72%", "88%", "54%", "80%", "62%"] as const;

export function Loading({ label, rows = 5 }: { readonly label: string; readonly rows?: number }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), SHOW_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div className="stack" role="status" aria-busy="true" aria-label={label}>
      {shown && WIDTHS.slice(0, rows).map((width) => <span key={width} className="skel" style={{ width }} />)}
    </div>
  );
}

export interface ProblemProps {
  /** What could not be done: "This list could not be read". */
  readonly what: string;
  readonly error: unknown;
  readonly retry?: () => void;
}

/** What, why, what to do. */
export function QueryProblem({ what, error, retry }: ProblemProps) {
  const details = problemDetails(error);
  return (
    <div className="empty" role="alert">
      <b className="row row--tight">
        <Icon name="wrong" tone="bad" />
        {what}
      </b>
      <p className="wrap-any">{problemSentence(error)}</p>
      <div className="row">
        {isNotThere(error) ? (
          <a className="btn" href="/">
            Go to the overview
          </a>
        ) : retry ? (
          <button type="button" className="btn" onClick={retry}>
            <Icon name="again" />
            Try again
          </button>
        ) : null}
        <CopyButton text={details} className="btn btn--quiet">
          Copy details
        </CopyButton>
      </div>
      <p className="note">
        <code className="wrap-any">{details}</code>
      </p>
    </div>
  );
}

/** Asking again would not bring it. */
const isNotThere = (error: unknown): boolean => error instanceof HubError && error.status === 404;

export function problemSentence(error: unknown): string {
  if (error instanceof TypeError && /import|module/i.test(error.message)) {
    return "A part of the page could not be loaded: the hub is away, or was updated meanwhile. Reload the page.";
  }
  if (!(error instanceof HubError)) return "This page made a mistake. Nothing on the hub has changed.";
  switch (error.code) {
    case "unreachable":
      return "The hub does not answer. Check that it runs; what it has received is safe.";
    case "unreadable-answer":
      return "The hub answered in a way this page does not know. Reload: the page may be older than the hub.";
    case "forbidden":
      return "Your role does not allow this. An admin of this hub can do it.";
    case "app-not-found":
    case "signature-not-found":
    case "report-not-found":
      return "The hub has nothing under this address. It may have been removed, or the address was cut where it was pasted.";
    case "stopping":
      return "The hub is stopping. Try again when it is back.";
    case "internal":
      return "The hub could not answer. Its log has the reason under the request below.";
    default:
      return visible(error.message);
  }
}

function problemDetails(error: unknown): string {
  if (!(error instanceof HubError)) return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const request = error.requestId === undefined ? "" : `, request ${error.requestId}`;
  return visible(`${error.code} (${error.status === 0 ? "no answer" : error.status}): ${error.message}${request}`);
}
