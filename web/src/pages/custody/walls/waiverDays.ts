/** For how long a conflict is set aside. */
export const waiverDays = ['7', '30', '90', '180'].map((n) => ({ value: n, label: `${n} days` }));
