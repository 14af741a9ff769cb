import { PageFrame } from './page-frame.tsx';
import { Button } from './ui/button.tsx';
import { ButtonLink } from './ui/button-link.tsx';
import { EmptyState } from './ui/empty-state.tsx';

/** What stands in place of a page that broke. */
export function ErrorScreen({ onTryAgain }: { onTryAgain: () => void }) {
  return (
    <PageFrame>
      <EmptyState
        title="This page ran into a problem"
        actions={
          <>
            <Button variant="primary" onClick={onTryAgain}>
              Try again
            </Button>
            <ButtonLink href="/">See what is on air</ButtonLink>
          </>
        }
      >
        <p>Nothing is lost. Broadcasts and recordings on the server go on without this page.</p>
      </EmptyState>
    </PageFrame>
  );
}
