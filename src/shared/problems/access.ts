import type { CatalogueEntry } from './entry.ts';

/** Problems of how and as whom the provisioning service is called: Entra ID, proxy, policies. */
export const accessProblems = {
  'entra-secret-wrong': {
    title: 'Entra ID refuses the client secret of this station (AADSTS{code}).',
    remedy:
      'Store the value (not the id) of a client secret that has not run out, from "Certificates & secrets" of the app registration; then run "outbox flush".',
    retry: 'operator',
    blame: 'station',
  },
  'entra-refused': {
    title: 'Entra ID does not sign this station in ({code}).',
    remedy: 'Check tenant, application and the kind of sign-in in the settings; then run "outbox flush".',
    retry: 'operator',
    blame: 'station',
  },
  'entra-role-missing': {
    title: 'The provisioning service knows this Entra identity and lets it do nothing here.',
    remedy:
      'Give it the role "Device Provisioning Service Data Contributor" on the DPS instance ("Device Provisioning Service Data Reader" can only look), wait some minutes, then run "outbox flush".',
    retry: 'operator',
    blame: 'cloud',
  },
  'identity-unavailable': {
    title: 'This computer has no managed identity that answers.',
    remedy:
      'Turn the managed identity on for this computer in Azure (Azure Arc on your own hardware), or choose another kind of sign-in.',
    retry: 'operator',
    blame: 'station',
  },
  'sign-in-needed': {
    title: 'Somebody must sign this station in to Entra ID.',
    remedy: 'Open {url} on any device and type the code {code}. The station goes on by itself.',
    retry: 'station',
    blame: 'operator',
  },
  'proxy-refused': {
    title: 'The proxy does not let the station through (status {status}).',
    remedy:
      'Check the name and password of the proxy in the vault, and ask your network people to let the service through.',
    retry: 'operator',
    blame: 'station',
  },
  'proxy-unreachable': {
    title: 'The proxy cannot be reached ({reason}).',
    remedy: 'Check the address of the proxy in the settings; units are kept meanwhile.',
    retry: 'station',
    blame: 'cloud',
  },
  'policy-too-strong': {
    title:
      'The connection string of the DPS instance "{instance}" may do everything (policy provisioningserviceowner).',
    remedy:
      'Make a policy with EnrollmentRead, EnrollmentWrite and RegistrationStatusRead for the stations and store its connection string. It works meanwhile.',
    retry: 'operator',
    blame: 'station',
  },
} as const satisfies Record<string, CatalogueEntry>;
