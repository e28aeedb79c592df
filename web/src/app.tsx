import { Navigate, Outlet, Route, Routes, useLocation } from "react-router";
import { Toaster } from "sonner";
import { ControlRoom } from "./components/control-room.tsx";
import { LinkNotice } from "./components/link-notice.tsx";
import { useLiveConnection } from "./live/use-live.ts";
import { ChannelsPage } from "./pages/channels-page.tsx";
import { ControlWallPage } from "./pages/control-wall-page.tsx";
import { LoginPage } from "./pages/login-page.tsx";
import { MonitorPage } from "./pages/monitor-page.tsx";
import { NotFoundPage } from "./pages/not-found-page.tsx";
import { SettingsPage } from "./pages/settings-page.tsx";
import { WallPage } from "./pages/wall-page.tsx";
import { WatchPage } from "./pages/watch-page.tsx";
import { useHub } from "./queries/hub.ts";
import { controls, useSession } from "./queries/session.ts";
import { useShownTheme } from "./theme.ts";

/** Both faces of the hub: the wall for everybody, the control room on the admin listener. */
export function App() {
  const hub = useHub();
  const theme = useShownTheme();
  return (
    <>
      {hub?.surface === "public" && <PublicPages />}
      {hub?.surface === "admin" && <AdminPages />}
      <Toaster theme={theme} position="bottom-right" />
    </>
  );
}

function PublicPages() {
  return (
    <Routes>
      <Route element={<WithPictures />}>
        <Route index element={<WallPage />} />
        <Route path="watch/:channel" element={<WatchPage />} />
      </Route>
      <Route path="login" element={<PublicLogin />} />
      <Route path="*" element={<NotFoundPage />} />
    </Routes>
  );
}

function AdminPages() {
  return (
    <Routes>
      <Route element={<WithPictures />}>
        <Route path="watch/:channel" element={<WatchPage />} />
      </Route>
      <Route path="login" element={<AdminLogin />} />
      <Route element={<WhoControls />}>
        <Route index element={<Navigate to="/monitor" replace />} />
        <Route path="wall" element={<ControlWallPage />} />
        <Route path="channels/:channel?" element={<ChannelsPage />} />
        <Route path="monitor" element={<MonitorPage />} />
        <Route path="settings" element={<SettingsPage />} />
        <Route path="*" element={<NotFoundPage />} />
      </Route>
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

/** Where somebody was going when asked for a token. */
function wantedPlace(state: unknown): string | undefined {
  return typeof state === "object" && state !== null && "to" in state ? String(state.to) : undefined;
}

/** Pages that show pictures share one connection. */
function WithPictures() {
  useLiveConnection();
  return (
    <>
      <Outlet />
      <LinkNotice />
    </>
  );
}

function AdminLogin() {
  const session = useSession();
  const state: unknown = useLocation().state;
  if (!session) return null;
  return controls(session) ? <Navigate to={wantedPlace(state) ?? "/monitor"} replace /> : <LoginPage />;
}

/** The control room for who may use it; who may not is asked for a token and then is where they wanted to be. */
function WhoControls() {
  const session = useSession();
  if (!session) return null;
  if (!controls(session)) return <LoginPage />;
  return <WithControls />;
}

function WithControls() {
  useLiveConnection();
  return (
    <>
      <ControlRoom />
      <LinkNotice />
    </>
  );
}
