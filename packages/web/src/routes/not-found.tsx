/** An address that is no page. */
import { Link } from "wouter";

export function NotFoundPage() {
  return (
    <div className="empty">
      <b>There is no page under this address</b>
      <p>It may be mistyped, or cut where it was pasted.</p>
      <Link className="btn" href="/">
        Go to the overview
      </Link>
    </div>
  );
}
