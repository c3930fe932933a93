/** Switches the account. Nothing of one account is shown while another is active, so everything read is forgotten. */
import { Menu } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { Me } from '../../../server/src/http/contract/app.ts';
import { keys } from '../api/queries.ts';
import { request } from '../api/request.ts';
import { Icon } from '../parts/icon.tsx';
import { MENU } from '../parts/menu.ts';

export function useSwitchAccount() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (accountId: string) =>
      request<Me>('/app/me/account', { method: 'POST', body: { account_id: accountId } }),
    onSuccess: async (me) => {
      await navigate({ to: '/stores' });
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== keys.me[0] });
      client.setQueryData(keys.me, me);
    },
  });
}

export function AccountSwitcher({ me, className }: { me: Me; className: string }) {
  const change = useSwitchAccount();
  return (
    <Menu {...MENU} position="bottom-start" width="target">
      <Menu.Target>
        <button type="button" className={className} aria-label={`Account: ${me.account.name}`}>
          <span className="grow">{me.account.name}</span>
          <Icon name="down" size={14} />
        </button>
      </Menu.Target>
      <Menu.Dropdown miw={200}>
        <Menu.Label>Accounts</Menu.Label>
        {me.accounts.map((account) => (
          <Menu.Item
            key={account.id}
            leftSection={
              account.id === me.account.id ? <Icon name="check" size={14} /> : <span style={{ width: 14 }} />
            }
            onClick={() => change.mutate(account.id)}
          >
            {account.name}
            {account.id === me.account.id && <span className="vh">, active</span>}
          </Menu.Item>
        ))}
        {change.isError && (
          <p className="menu-note" role="alert">
            {change.error.message}
          </p>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
