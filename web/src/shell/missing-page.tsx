/** Pages for what is not there and for what could not be read at all. */
import { Link, type ErrorComponentProps } from '@tanstack/react-router';
import { Failure } from '../parts/failure.tsx';
import { Icon } from '../parts/icon.tsx';

function Door({ children }: { children: React.ReactNode }) {
  return (
    <div className="door">
      <header>
        <Link to="/stores" className="brand">
          <Icon name="brand" size={22} />
          Storekeeper
        </Link>
      </header>
      <main>{children}</main>
    </div>
  );
}

/** 404: says nothing about whether the thing exists for somebody else. */
export function MissingText({ what = 'page' }: { what?: string }) {
  return (
    <>
      <p className="t2 mt8">
        There is nothing here by this name, or it belongs to another account. Nothing was changed.
      </p>
      <p className="mt16">
        <Link to="/stores">Back to Store Manager</Link>
        <span className="vh"> from the missing {what}</span>
      </p>
    </>
  );
}

export function MissingPage() {
  return (
    <Door>
      <h1>This page is not here</h1>
      <MissingText />
    </Door>
  );
}

export function PageFailure({ error, reset }: ErrorComponentProps) {
  return (
    <Door>
      <h1>This page could not be opened</h1>
      <div className="mt16">
        <Failure
          title="Storekeeper did not answer"
          unchanged="Your stores are watched all the same."
          error={error}
          onRetry={() => {
            reset();
            window.location.reload();
          }}
        />
      </div>
    </Door>
  );
}
