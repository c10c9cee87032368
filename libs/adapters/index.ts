export { SmppGateway, type LinkReporter } from './gateways/smpp-gateway.adapter.js';
export { parseSmppUrl, type SmppGatewaySettings } from './gateways/smpp-url.js';
export { DiskStorage } from './storage/disk-storage.adapter.js';
