import 'reflect-metadata';
import { METHOD_METADATA, MODULE_METADATA } from '@nestjs/common/constants.js';
import { ApiModule } from '../api.module.js';
import { ACCESS } from './access.js';

type Controller = new (...dependencies: never[]) => object;

const controllers = Reflect.getMetadata(MODULE_METADATA.CONTROLLERS, ApiModule) as Controller[];

const routes = controllers.flatMap((controller) =>
  Object.entries(Object.getOwnPropertyDescriptors(controller.prototype))
    .filter(
      ([, { value }]) => typeof value === 'function' && Reflect.hasMetadata(METHOD_METADATA, value as object),
    )
    .map(([name, { value }]) => ({
      name: `${controller.name}.${name}`,
      controller,
      handler: value as object,
    })),
);

describe('every route of the api', () => {
  it('is found', () => {
    expect(routes.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'AuthController.signUp',
        'ApiKeysController.revoke',
        'AdminAccountsController.add',
      ]),
    );
  });

  it.each(routes)('says who may use it: $name', ({ controller, handler }) => {
    expect(Reflect.hasMetadata(ACCESS, handler) || Reflect.hasMetadata(ACCESS, controller)).toBe(true);
  });
});
