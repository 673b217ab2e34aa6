import type { PageLoad } from './$types';

export const load: PageLoad = ({ params }) => ({ system: params.system });
