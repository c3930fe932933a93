/** What every menu has in common: it stands inside its landmark, and its first entry takes the focus. */
export const MENU = { withinPortal: false, withInitialFocusPlaceholder: false, shadow: 'md' } as const;
