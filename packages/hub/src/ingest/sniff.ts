/**
 * A first look at an upload, cheap enough for every request: an .ips header line or the head of Apple's text. What it does
 * not recognise is parsed before it is accepted; what it does is accepted even if it is broken further down.
 */
const HEAD_BYTES = 4_096;
const UUID = "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}";
const IPS_HEADER = /^\s*\{[^\n]*"(?:bug_type|incident_id)"\s*:[^\n]*\}\s*\n/;
const TEXT_HEAD =
  /^(?:Incident Identifier|Process|Path|Identifier|Version|Hardware Model|CrashReporter Key|Report Version|Exception Type):[ \t]+\S/gm;
/** One such line may stand in any text. */
const HEAD_LINES = 3;
const INCIDENTS = new RegExp(`"incident_id"\\s*:\\s*"(${UUID})"|^Incident Identifier:\\s*(${UUID})`, "gm");
const NO_INCIDENT = /^[0-]+$/;

export interface Sniffed {
  readonly isReport: boolean;
  /** Only where the upload holds exactly one. */
  readonly incidentId: string | undefined;
}

/** `bytes` is all of the upload; of one that is too large to be held, its beginning with `complete: false`. */
export function sniff(bytes: Uint8Array, complete: boolean): Sniffed {
  const head = latin1(bytes.subarray(0, HEAD_BYTES)).replace(/^\u00ef\u00bb\u00bf/, "");
  const isReport = IPS_HEADER.test(head) || (head.match(TEXT_HEAD)?.length ?? 0) >= HEAD_LINES;
  return { isReport, incidentId: isReport && complete ? onlyIncident(latin1(bytes)) : undefined };
}

function onlyIncident(text: string): string | undefined {
  const ids = new Set<string>();
  for (const [, header, line] of text.matchAll(INCIDENTS)) {
    ids.add((header ?? line ?? "").toUpperCase());
    if (ids.size > 1) return undefined;
  }
  const [id] = ids;
  return id === undefined || NO_INCIDENT.test(id) ? undefined : id;
}

/** Every byte is a character: nothing here depends on the text beyond ASCII. */
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
