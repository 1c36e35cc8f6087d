/** Numbers as people read them here: `1,027`, `127 k`, `45.0 %`, `18.2 GB`. Units follow a no-break space. */

const NBSP = "\u00a0";
const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** Every digit, grouped. */
export const exactCount = (value: number): string => whole.format(value);

/** As a table shows it: above 99,999 in thousands. The exact value belongs into a title. */
export function count(value: number): string {
  return value > 99_999 ? `${whole.format(Math.round(value / 1000))}${NBSP}k` : whole.format(value);
}

/** A share from 0 to 1, with one decimal; what is there but rounds to nothing says so. */
export function percent(share: number): string {
  if (!Number.isFinite(share)) return "–";
  if (share > 0 && share < 0.0005) return `<${NBSP}0.1${NBSP}%`;
  return `${(share * 100).toFixed(1)}${NBSP}%`;
}

const SIZES = ["B", "kB", "MB", "GB", "TB"] as const;

/** Decimal bytes, as Apple counts them. */
export function bytes(value: number): string {
  let size = value;
  let unit = 0;
  while (size >= 999.95 && unit < SIZES.length - 1) {
    size /= 1000;
    unit++;
  }
  const digits = unit === 0 ? whole.format(size) : size.toFixed(1);
  return `${digits}${NBSP}${SIZES[unit]}`;
}

/** `1 crash`, `2 crashes`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)}${NBSP}${value === 1 ? one : many}`;
}
