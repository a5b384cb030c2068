import { useEffect, useRef } from 'preact/hooks';
import { isSignedOut } from '../api/signIn';
import { ClusterView } from '../cluster/ClusterView';
import { ClustersView } from '../clusters/ClustersView';
import { ProblemsView } from '../clusters/ProblemsView';
import { RecoveriesView } from '../recoveries/RecoveriesView';
import { RecoveryView } from '../recoveries/RecoveryView';
import { ActDialog } from '../acting/ActDialog';
import { announcement } from '../parts/announce';
import { Banner } from './Banner';
import { followFleet } from './following';
import { Header } from './Header';
import { Help } from './Help';
import { onKey } from './keys';
import { place } from './place';
import { SignIn } from './SignIn';
import { titleOf } from './title';
import { Unknown } from './Unknown';

/** The whole page: what stays around, and the view of the place. */
export const App = () => {
  useEffect(() => {
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
  useEffect(followFleet, []);
  const title = titleOf(place.value);
  useEffect(() => {
    document.title = `${title} · orchestrator`;
  }, [title]);
  useFocusKept(title);
  return (
    <>
      <a class="skip" href="#main">Skip to the content</a>
      <Header />
      <Banner />
      <main id="main" tabIndex={-1}>{isSignedOut.value ? <SignIn /> : <View />}</main>
      <Help />
      <ActDialog />
      <div class="unseen" role="status" aria-live="polite">{announcement.value}</div>
    </>
  );
};

/** A link that was followed is gone with its view: the focus goes to what is shown instead of it. */
const useFocusKept = (title: string) => {
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current && document.activeElement === document.body)
      document.getElementById('main')?.focus({ preventScroll: true });
    isFirst.current = false;
  }, [title]);
};

const View = () => {
  const at = place.value;
  switch (at.view) {
    case 'clusters': return <ClustersView filter={at.filter} />;
    case 'cluster': return <ClusterView key={at.cluster} place={at} />;
    case 'problems': return <ProblemsView />;
    case 'recoveries': return <RecoveriesView key={at.cluster} cluster={at.cluster} />;
    case 'recovery': return <RecoveryView key={at.id} id={at.id} />;
    case 'unknown': return <Unknown path={at.path} />;
  }
};
