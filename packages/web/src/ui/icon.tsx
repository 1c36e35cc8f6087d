/** The glyphs of the pages, 16 x 16, drawn with the text colour. Decoration by default; with `label` it is read aloud. */
import type { ReactNode } from "react";

const SHAPES = {
  overview: <path d="M2 2v12h12m-9.5-4 3-3.5 2.5 2 3.5-4.5" />,
  signatures: <path d="M8 2 1.8 13.2h12.4zM8 6.5v3M8 11.4v.1" />,
  builds: <path d="M8 1.8 13.5 5v6L8 14.2 2.5 11V5zM2.5 5 8 8.2 13.5 5M8 8.2v6" />,
  symbols: <path d="m5 4-3.5 4L5 12M11 4l3.5 4L11 12M9 3 7 13" />,
  setup: <path d="M5.5 2v4M10.5 2v4M3.5 6h9v2a4.5 4.5 0 0 1-9 0zM8 12.5V15" />,
  file: <path d="M9 1.8H3.5v12.4h9V5.3zM9 1.8v3.5h3.5" />,
  names: <path d="M2 12 5.5 3h1L10 12M3.2 9h5.6M11.5 8h3M13 6.5v5.5" />,
  tray: <path d="M2 8.5 4 3h8l2 5.5v4.7H2zM2 8.5h3.5l1 2h3l1-2H14" />,
  help: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M6.2 6.3c.2-1.2 1-1.7 1.9-1.7 1.1 0 1.9.7 1.9 1.7 0 1.5-2 1.5-2 2.9M8 11.4v.1" />
    </>
  ),
  theme: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" />
    </>
  ),
  "sign-out": <path d="M6.5 2.5h-4v11h4M6 8h8M11 5l3 3-3 3" />,
  settings: (
    <>
      <path d="M2 4.5h6M12 4.5h2M2 11.5h2M8 11.5h6" />
      <circle cx="10" cy="4.5" r="2" />
      <circle cx="6" cy="11.5" r="2" />
    </>
  ),
  plus: <path d="M8 3v10M3 8h10" />,
  computer: (
    <>
      <rect x="3.5" y="3" width="9" height="7" rx="1" />
      <path d="M1.5 13h13" />
    </>
  ),
  phone: (
    <>
      <rect x="4.5" y="1.8" width="7" height="12.4" rx="1.5" />
      <path d="M7.3 12h1.4" />
    </>
  ),
  menu: <path d="M2 4.5h12M2 8h12M2 11.5h12" />,
  filter: <path d="M2 4h12M4.5 8h7M6.5 12h3" />,
  search: (
    <>
      <circle cx="7" cy="7" r="4.5" />
      <path d="m10.5 10.5 3.5 3.5" />
    </>
  ),
  down: <path d="m4 6 4 4 4-4" />,
  right: <path d="m6 4 4 4-4 4" />,
  left: <path d="m10 4-4 4 4 4" />,
  check: <path d="m3 8.5 3.5 3.5L13 4.5" />,
  dash: <path d="M5 8h6" />,
  close: <path d="m4 4 8 8M12 4l-8 8" />,
  copy: (
    <>
      <rect x="5.5" y="5.5" width="8" height="8.5" rx="1" />
      <path d="M3.5 10.5h-1v-8.5h8v1.5" />
    </>
  ),
  link: <path d="M6.5 9.5l3-3M7 4.5 9 2.5a3 3 0 0 1 4.5 4.5l-2 2M9 11.5l-2 2A3 3 0 0 1 2.5 9l2-2" />,
  download: <path d="M8 2v8M4.5 7 8 10.5 11.5 7M2.5 14h11" />,
  upload: <path d="M8 10.5v-8M4.5 5.5 8 2l3.5 3.5M2.5 14h11" />,
  again: <path d="M3 7.5a5 5 0 1 1 1.2 4.2M3 3.5v4h4" />,
  done: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="m5.3 8.2 2 2 3.5-4" />
    </>
  ),
  ring: <circle cx="8" cy="8" r="6" />,
  next: (
    <>
      <circle cx="8" cy="8" r="4.5" />
      <circle cx="8" cy="8" r="1.5" fill="currentColor" />
    </>
  ),
  open: <circle cx="8" cy="8" r="4" />,
  snoozed: (
    <>
      <circle cx="8" cy="8.5" r="5.5" />
      <path d="M6 6.5h4l-4 4h4" />
    </>
  ),
  clock: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M8 4.5V8l2.5 1.5" />
    </>
  ),
  wrong: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="m5.8 5.8 4.4 4.4M10.2 5.8l-4.4 4.4" />
    </>
  ),
  worse: <path d="M8 3.5 13.5 13h-11z" fill="currentColor" />,
  better: <path d="M8 12.5 2.5 3h11z" fill="currentColor" />,
  same: <path d="M3 6h10M3 10h10" strokeWidth="2" />,
  short: <circle cx="8" cy="8" r="5.5" strokeDasharray="2.2 2.2" />,
  warn: <path d="M8 2.5 14.2 13.5H1.8zM8 6.8v3M8 11.5v.1" />,
  mismatch: <path d="M8 2.5 13.5 8 8 13.5 2.5 8z" />,
  system: (
    <>
      <circle cx="8" cy="8" r="4.5" />
      <path d="M8 3.5a4.5 4.5 0 0 1 0 9z" fill="currentColor" />
    </>
  ),
  away: <path d="M2 6.5a8.5 8.5 0 0 1 12 0M4.5 9a5 5 0 0 1 7 0M8 12.2v.1M2.5 13.5l11-11" />,
} satisfies Record<string, ReactNode>;

export type IconName = keyof typeof SHAPES;

export interface IconProps {
  readonly name: IconName;
  readonly small?: boolean;
  /** A tone: `bad`, `warn`, `good`, `muted`, `accent`. */
  readonly tone?: string;
  readonly label?: string;
}

export function Icon({ name, small, tone, label }: IconProps) {
  const className = ["i", small && "i--sm", tone].filter(Boolean).join(" ");
  const accessible = label === undefined ? { "aria-hidden": true } : { role: "img", "aria-label": label };
  return (
    <svg className={className} viewBox="0 0 16 16" {...accessible}>
      {SHAPES[name]}
    </svg>
  );
}

/** The mark of the product: a fruit that fell. */
export function Logo({ size }: { readonly size: number }) {
  return (
    <svg className="logo" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true">
      <path d="M2 4.5c5-2 11-2 16 0" fill="none" stroke="currentColor" strokeWidth="1.75" strokeLinecap="round" />
      <path d="M10 7.5v1M10 10.5v1" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />
      <circle cx="10" cy="15.5" r="3" fill="var(--accent)" />
    </svg>
  );
}
