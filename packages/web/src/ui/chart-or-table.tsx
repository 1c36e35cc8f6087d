/** Whether numbers are drawn or listed. */
export function ChartOrTable({
  label,
  asTable,
  onChange,
}: {
  readonly label: string;
  readonly asTable: boolean;
  readonly onChange: (asTable: boolean) => void;
}) {
  return (
    <span className="seg" role="group" aria-label={label}>
      <button type="button" aria-pressed={!asTable} onClick={() => onChange(false)}>
        Chart
      </button>
      <button type="button" aria-pressed={asTable} onClick={() => onChange(true)}>
        Table
      </button>
    </span>
  );
}
