/** On phones: brand and account above, four tabs below. */
import { Menu } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import type { Me } from '../../../server/src/http/contract/app.ts';
import { Icon } from '../parts/icon.tsx';
import { MENU } from '../parts/menu.ts';
import { AccountSwitcher } from './account-switcher.tsx';
import { PersonItems } from './person-menu.tsx';
import { phonePlaces } from './places.ts';
import { DemoClock } from './side-bar.tsx';

export function PhoneTop({ me }: { me: Me }) {
  return (
    <header className="phone-top">
      <Link to="/stores" className="brand">
        <Icon name="brand" size={20} />
        Storekeeper
      </Link>
      <AccountSwitcher me={me} className="acctm" />
    </header>
  );
}

export function PhoneTabs({ me }: { me: Me }) {
  const navigate = useNavigate();
  const places = phonePlaces(me);
  return (
    <nav className="phone-tabs" aria-label="Pages on a phone">
      <ul>
        {places.map((place) => (
          <li key={place.to}>
            <Link to={place.to} activeProps={{ 'aria-current': 'page' }}>
              <Icon name={place.icon} size={20} />
              {place.short}
            </Link>
          </li>
        ))}
        <li>
          <Menu {...MENU} position="top-end" width={230}>
            <Menu.Target>
              <button type="button">
                <Icon name="more" size={20} />
                More
              </button>
            </Menu.Target>
            <Menu.Dropdown>
              <PersonItems me={me}>
                <Menu.Item
                  leftSection={<Icon name="calendar" size={14} />}
                  onClick={() => void navigate({ to: '/renewals' })}
                >
                  Renewal day
                </Menu.Item>
                {me.demo && (
                  <Menu.Item
                    leftSection={<Icon name="gear" size={14} />}
                    onClick={() => void navigate({ to: '/settings' })}
                  >
                    Settings
                  </Menu.Item>
                )}
                {me.operator && (
                  <Menu.Item
                    leftSection={<Icon name="siren" size={14} />}
                    onClick={() => void navigate({ to: '/operator/incidents' })}
                  >
                    Incidents
                  </Menu.Item>
                )}
                {me.operator && (
                  <Menu.Item
                    leftSection={<Icon name="leave" size={14} />}
                    onClick={() => void navigate({ to: '/operator/fleet' })}
                  >
                    Leaving MWS
                  </Menu.Item>
                )}
                {me.operator && (
                  <Menu.Item
                    leftSection={<Icon name="wrench" size={14} />}
                    onClick={() => void navigate({ to: '/operator/apps' })}
                  >
                    Our apps
                  </Menu.Item>
                )}
                {me.demo && (
                  <div className="menu-note">
                    <DemoClock />
                  </div>
                )}
              </PersonItems>
            </Menu.Dropdown>
          </Menu>
        </li>
      </ul>
    </nav>
  );
}
