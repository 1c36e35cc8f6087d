/** A report that cannot be shown leaves the page standing. The hub's own boundary speaks of the hub; there may be none here. */
import { Component, type ReactNode } from "react";
import { Icon } from "../ui/icon.tsx";
import { visible } from "../ui/visible-text.ts";

interface Props {
  readonly children: ReactNode;
}
interface State {
  readonly error: unknown;
}

export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: undefined };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error ?? new Error("unknown") };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <div className="empty" role="alert">
        <b className="row row--tight">
          <Icon name="wrong" tone="bad" />
          This answer could not be shown
        </b>
        <p className="wrap-any">
          {`The page made a mistake: ${visible(error instanceof Error ? error.message : "unknown")}. Reload it, or use the command line.`}
        </p>
      </div>
    );
  }
}
