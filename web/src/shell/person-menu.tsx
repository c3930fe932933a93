/** The person: appearance and signing out. */
import { Menu, Tooltip, useMantineColorScheme } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Me } from '../../../server/src/http/contract/app.ts';
import { keys } from '../api/queries.ts';
import { signOut } from '../api/session.ts';
import { Icon } from '../parts/icon.tsx';
import { MENU } from '../parts/menu.ts';
import { APPEARANCES } from './appearance.ts';

export function useSignOut() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: signOut,
    onSuccess: async () => {
      await navigate({ to: '/sign-in' });
      client.setQueryData(keys.me, null);
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== keys.me[0] });
    },
  });
}

export function PersonItems({ me, children }: { me: Me; children?: ReactNode }) {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const leave = useSignOut();
  return (
    <>
      {children}
      <Menu.Label>Appearance</Menu.Label>
      {APPEARANCES.map(({ value, label }) => (
        <Menu.Item
          key={value}
          closeMenuOnClick={false}
          leftSection={colorScheme === value ? <Icon name="check" size={14} /> : <span style={{ width: 14 }} />}
          onClick={() => setColorScheme(value)}
        >
          {label}
          {colorScheme === value && <span className="vh">, chosen</span>}
        </Menu.Item>
      ))}
      <Menu.Divider />
      <Menu.Label>{me.person.email}</Menu.Label>
      <Menu.Item leftSection={<Icon name="leave" size={14} />} onClick={() => leave.mutate()}>
        Sign out
      </Menu.Item>
      {leave.isError && (
        <p className="menu-note" role="alert">
          {leave.error.message}
        </p>
      )}
    </>
  );
}

export function PersonMenu({ me, rail }: { me: Me; rail: boolean }) {
  return (
    <Menu {...MENU} position="top-start" width={220}>
      <Menu.Target>
        <Tooltip label={me.person.name} position="right" disabled={!rail} withinPortal={false}>
          <button type="button" className="nav">
            <Icon name="person" size={17} />
            <span className="label">{me.person.name}</span>
          </button>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <PersonItems me={me} />
      </Menu.Dropdown>
    </Menu>
  );
}
