/** Times without the zone of the device: the same instant, told in UTC. */
import { parseTimestamp } from "../formats/timestamp.ts";

const ZONED = /^(\d{4}-\d{1,2}-\d{1,2} \d{1,2}:\d{2}:\d{2})(\.\d{1,9})? ([+-]\d{2}:?\d{2})$/;

export function withoutZone(time: string): string {
  const match = ZONED.exec(time.trim());
  if (match === null || /^[+-]00:?00$/.test(match[3] ?? "")) return time;
  const iso = parseTimestamp(`${match[1]} ${match[3]}`);
  return iso === undefined ? time : `${iso.slice(0, 10)} ${iso.slice(11, 19)}${match[2] ?? ""} +0000`;
}
