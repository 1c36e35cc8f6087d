/** A report dropped on any page of the hub is looked at, not opened by the browser in place of the page. Nothing is sent by it. */
import { useEffect, useState } from "react";
import { useLocation } from "wouter";
import { fromDrop } from "../../analyze/given-files.ts";

/** These take a drop themselves. */
const OWN_DROP = /^\/(?:analyze|symbols)(?:\/|$)/;

export function DropAnywhere() {
  const [path, navigate] = useLocation();
  const [trouble, setTrouble] = useState<string>();
  useEffect(() => {
    if (OWN_DROP.test(path)) return undefined;
    const isOurs = (event: DragEvent) =>
      !event.defaultPrevented && event.dataTransfer?.types.includes("Files") === true;
    const onDragOver = (event: DragEvent) => {
      if (isOurs(event)) event.preventDefault();
    };
    const onDrop = (event: DragEvent) => {
      if (!event.dataTransfer || !isOurs(event)) return;
      event.preventDefault();
      setTrouble(undefined);
      const dropped = fromDrop(event.dataTransfer);
      Promise.all([dropped, import("../../routes/analyze.tsx")]).then(
        ([files, { give }]) => {
          give(files);
          navigate("/analyze");
        },
        () => setTrouble("What was dropped could not be read. Open “Analyze a file” and choose it there."),
      );
    };
    document.addEventListener("dragover", onDragOver);
    document.addEventListener("drop", onDrop);
    return () => {
      document.removeEventListener("dragover", onDragOver);
      document.removeEventListener("drop", onDrop);
    };
  }, [path, navigate]);
  if (trouble === undefined) return null;
  return (
    <p className="banner" role="alert">
      {trouble}
    </p>
  );
}
