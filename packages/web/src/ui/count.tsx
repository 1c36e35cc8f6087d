/** A count as a table shows it: zero is quiet, thousands are short with every digit in the title. */
import { count, exactCount } from "./numbers.ts";

export function Count({ value }: { readonly value: number }) {
  if (value === 0) return <span className="muted">0</span>;
  const text = count(value);
  const exact = exactCount(value);
  return text === exact ? text : <span title={exact}>{text}</span>;
}
