/** The pages of one client, for those who keep it. */
export const clientTabs = (client: string) => [
  { label: 'Client', href: `/clients/${client}` },
  { label: 'Walls', href: `/clients/${client}/walls` },
  { label: 'Leaving', href: `/clients/${client}/leaving` },
];
