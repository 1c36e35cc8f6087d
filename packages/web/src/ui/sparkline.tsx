/** Activity in a row: one bar per day, from zero, the highest full. */

const WIDTH = 84;
const HEIGHT = 20;

export interface SparklineProps {
  readonly values: readonly number[];
  /** The last n bars are outlined: late reports still arrive for those days. */
  readonly openDays: number;
  readonly label: string;
}

export function Sparkline({ values, openDays, label }: SparklineProps) {
  const step = WIDTH / Math.max(1, values.length);
  const width = Math.max(1, step - 1);
  const top = Math.max(1, ...values);
  return (
    <svg className="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <line x1="0" x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
      {values.map((value, index) => {
        if (value === 0) return null;
        const open = index >= values.length - openDays;
        const height = Math.max(2, Math.round((value / top) * (HEIGHT - 3)));
        const inset = open ? 0.5 : 0;
        return (
          <rect
            key={index}
            className={open ? "open" : "hot"}
            x={index * step + inset}
            y={HEIGHT - 1 - height + inset}
            width={width - 2 * inset}
            height={height - inset}
          />
        );
      })}
    </svg>
  );
}
