import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../access/access.js';
import { LANDING_PAGE, LANDING_STYLE } from './landing-page.js';

@ApiExcludeController()
@Controller()
export class LandingPageController {
  @Public()
  @Get()
  @Header('Content-Type', 'text/html; charset=utf-8')
  page(): string {
    return LANDING_PAGE;
  }

  @Public()
  @Get('landing.css')
  @Header('Content-Type', 'text/css; charset=utf-8')
  style(): string {
    return LANDING_STYLE;
  }
}
