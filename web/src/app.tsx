import { Suspense, lazy } from "react";
import { Navigate, Route, Routes, useLocation } from "react-router";
import { Toaster } from "sonner";
import { WithPictures } from "./components/with-pictures.tsx";
import { LoginPage } from "./pages/login-page.tsx";
import { NotFoundPage } from "./pages/not-found-page.tsx";
import { TextPage } from "./pages/text-page.tsx";
import { WallPage } from "./pages/wall-page.tsx";
import { WatchPage } from "./pages/watch-page.tsx";
import { useHub } from "./queries/hub.ts";
import { useSession } from "./queries/session.ts";
import { useShownTheme } from "./theme.ts";
import { wantedPlace } from "./wanted-place.ts";

/** Loaded on the admin listener only: visitors of the wall need none of it. */
const AdminPages = lazy(() => import("./admin-pages.tsx"));

/** Both faces of the hub: the wall for everybody, the control room on the admin listener. */
export function App() {
  const hub = useHub();
  const theme = useShownTheme();
  return (
    <>
      {hub?.surface === "public" && <PublicPages />}
      {hub?.surface === "admin" && (
        <Suspense>
          <AdminPages />
        </Suspense>
      )}
      <Toaster theme={theme} position="bottom-right" mobileOffset={{ bottom: 72 }} />
    </>
  );
}

function PublicPages() {
  return (
    <Routes>
      <Route element={<WithPictures />}>
        <Route index element={<WallPage />} />
        <Route path="watch/:channel" element={<WatchPage />} />
        <Route path="text/:channel?" element={<TextPage base="text" />} />
        <Route path="ascii/:channel?" element={<TextPage base="ascii" />} />
      </Route>
      <Route path="login" element={<PublicLogin />} />
      <Route path="*" element={<NotFoundPage />} />
    </Routes>
  );
}

/** On the public listener a token opens private channels; then one is back where one came from. */
function PublicLogin() {
  const session = useSession();
  const state: unknown = useLocation().state;
  if (!session) return null;
  if (session.role === "anonymous") return <LoginPage />;
  return <Navigate to={wantedPlace(state) ?? "/"} replace />;
}
