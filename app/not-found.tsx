import { PageFrame } from '../components/page-frame.tsx';
import { ButtonLink } from '../components/ui/button-link.tsx';
import { EmptyState } from '../components/ui/empty-state.tsx';

export default function NotFound() {
  return (
    <PageFrame>
      <EmptyState
        title="There is nothing at this address"
        actions={
          <ButtonLink href="/" variant="primary">
            See what is on air
          </ButtonLink>
        }
      >
        <p>The link may be incomplete. Watch links end in a channel name, such as “/watch/math-101”.</p>
      </EmptyState>
    </PageFrame>
  );
}
