/** Cases of that line. The form is told in `demo-cases.ts`. */
export const serviceCases = `
`;
