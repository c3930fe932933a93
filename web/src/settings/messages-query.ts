/** The message settings, and what would follow from those that are not kept yet. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type {
  MessageSettingsAnswer,
  MessageSettingsBody,
  NextMessages,
} from '../../../server/src/http/contract/messages.ts';
import { keys } from '../api/queries.ts';
import { request } from '../api/request.ts';

export const messagesQuery = queryOptions({
  queryKey: keys.messages,
  queryFn: ({ signal }) => request<MessageSettingsAnswer>('/v1/message_settings', { signal }),
});

/** What the server refuses has no next: the form says why when it is kept. */
export const previewQuery = (settings: MessageSettingsBody) =>
  queryOptions({
    queryKey: [...keys.messages, 'preview', settings],
    queryFn: ({ signal }) =>
      request<NextMessages>('/app/message_settings/preview', { method: 'POST', body: settings, signal }),
    retry: false,
    staleTime: 30_000,
  });

export function useKeepMessages() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (settings: MessageSettingsBody) =>
      request<MessageSettingsAnswer>('/v1/message_settings', { method: 'PUT', body: settings }),
    onSuccess: (answer) => client.setQueryData(keys.messages, answer),
  });
}
