/** One per route: a page that fails leaves the navigation standing. */
import { Component, type ReactNode } from "react";
import { QueryProblem } from "./loading.tsx";

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
    if (this.state.error === undefined) return this.props.children;
    return (
      <QueryProblem
        what="This page could not be shown"
        error={this.state.error}
        retry={() => this.setState({ error: undefined })}
      />
    );
  }
}
