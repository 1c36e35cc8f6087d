/** Which page of a long list: `?page=2`; the first page has none in its address. */
import { Link } from "wouter";
import { Icon } from "./icon.tsx";
import { exactCount } from "./numbers.ts";

export interface PagerProps {
  readonly page: number;
  readonly pages: number;
  readonly href: (page: number) => string;
}

export function Pager({ page, pages, href }: PagerProps) {
  if (pages <= 1) return null;
  return (
    <nav className="row" aria-label="Pages">
      {page > 1 && (
        <Link className="btn" href={href(page - 1)}>
          <Icon name="left" />
          Previous
        </Link>
      )}
      <span className="note">{`Page ${exactCount(page)} of ${exactCount(pages)}`}</span>
      {page < pages && (
        <Link className="btn" href={href(page + 1)}>
          Next
          <Icon name="right" />
        </Link>
      )}
    </nav>
  );
}

export function PastTheLast({ first }: { readonly first: string }) {
  return (
    <p className="sub">
      This page is past the last one.{" "}
      <Link className="link" href={first}>
        Show the first
      </Link>
    </p>
  );
}

/** The hub takes offsets up to this. */
const MAX_OFFSET = 1_000_000;

export function readPage(search: string, pageSize: number): number {
  const page = Number(new URLSearchParams(search).get("page") ?? "1");
  return Number.isInteger(page) && page >= 1 && page <= MAX_OFFSET / pageSize ? page : 1;
}
