import { Navigate, Route, Routes, useLocation } from "react-router";
import { ControlRoom } from "./components/control-room.tsx";
import { LinkNotice } from "./components/link-notice.tsx";
import { WithPictures } from "./components/with-pictures.tsx";
import { useLiveConnection } from "./live/use-live.ts";
import { ChannelsPage } from "./pages/channels-page.tsx";
import { ConfigurationPage } from "./pages/configuration-page.tsx";
import { ControlWallPage } from "./pages/control-wall-page.tsx";
import { LoginPage } from "./pages/login-page.tsx";
import { MonitorPage } from "./pages/monitor-page.tsx";
import { NotFoundPage } from "./pages/not-found-page.tsx";
import { SettingsPage } from "./pages/settings-page.tsx";
import { TextPage } from "./pages/text-page.tsx";
import { WatchPage } from "./pages/watch-page.tsx";
import { controls, useSession } from "./queries/session.ts";
import { wantedPlace } from "./wanted-place.ts";

/** What the admin listener shows: the control room, and single channels without a log-in as everywhere. */
export default function AdminPages() {
  return (
    <Routes>
      <Route element={<WithPictures />}>
        <Route path="watch/:channel" element={<WatchPage />} />
        <Route path="text/:channel?" element={<TextPage base="text" />} />
        <Route path="ascii/:channel?" element={<TextPage base="ascii" />} />
      </Route>
      <Route path="login" element={<AdminLogin />} />
      <Route element={<WhoControls />}>
        <Route index element={<Navigate to="/monitor" replace />} />
        <Route path="wall" element={<ControlWallPage />} />
        <Route path="channels/:channel?" element={<ChannelsPage />} />
        <Route path="monitor" element={<MonitorPage />} />
        <Route path="settings" element={<SettingsPage />} />
        <Route path="settings/configuration" element={<ConfigurationPage />} />
        <Route path="*" element={<NotFoundPage />} />
      </Route>
    </Routes>
  );
}

function AdminLogin() {
  const session = useSession();
  const state: unknown = useLocation().state;
  if (!session) return null;
  return controls(session) ? <Navigate to={wantedPlace(state) ?? "/monitor"} replace /> : <LoginPage />;
}

/** The control room for those who may use it; those who may not are asked for a token and then are where they wanted to be. */
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
