import helmet from '@fastify/helmet';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

const STRICT = {
  defaultSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
  imgSrc: ["'self'", 'data:'],
  objectSrc: ["'none'"],
  scriptSrc: ["'self'"],
  scriptSrcAttr: ["'none'"],
  styleSrc: ["'self'"],
};

/** Swagger UI writes styles into the page; its scripts are files of its own. */
const DOCS_POLICY = Object.entries({ ...STRICT, styleSrc: ["'self'", "'unsafe-inline'"] })
  .map(
    ([name, values]) =>
      `${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} ${values.join(' ')}`,
  )
  .join('; ');

export async function setSecurityHeaders(app: NestFastifyApplication, isHttps: boolean): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: STRICT },
    hsts: isHttps,
  });
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onSend', async (request, reply) => {
      if (/^\/docs(\/|$|\?)/.test(request.url)) reply.header('Content-Security-Policy', DOCS_POLICY);
      if (request.url.startsWith('/v1/') && !reply.hasHeader('Cache-Control'))
        reply.header('Cache-Control', 'no-store');
    });
}
