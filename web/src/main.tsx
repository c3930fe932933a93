/** Entry of the web app: styles first, then the pages. */
import '@mantine/core/styles/default-css-variables.css';
import '@mantine/core/styles/global.css';
import '@mantine/core/styles/baseline.css';
import '@mantine/core/styles/UnstyledButton.css';
import '@mantine/core/styles/Overlay.css';
import '@mantine/core/styles/ModalBase.css';
import '@mantine/core/styles/Modal.css';
import '@mantine/core/styles/Popover.css';
import '@mantine/core/styles/Menu.css';
import '@mantine/core/styles/Tooltip.css';
import './styles/base.css';
import './styles/parts.css';
import './styles/shell.css';
import './styles/store-manager.css';
import './styles/connect.css';
import './styles/repair.css';
import './styles/store-page.css';
import './styles/renewals.css';
import './styles/messages.css';
import './styles/demo.css';
import './styles/sign-in.css';
import './styles/mws.css';
import './styles/incidents.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';

const root = document.getElementById('root');
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}
