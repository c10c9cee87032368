import { Body, Controller, Headers, Inject, Ip, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { SignInUseCase, SignOutUseCase, type Principal } from '#accounts';
import { ProvePhoneUseCase, ResendCodeUseCase, SignUpUseCase } from '#onboarding';
import { SETTINGS, type Settings } from '#platform';
import { CurrentPrincipal, Public, UnverifiedMembers } from '../access/access.js';
import { clearSessionCookie, readSessionToken, setSessionCookie } from '../access/session-cookie.js';
import { Answers, AnswersNothing } from '../http/answers.js';
import * as dto from './auth.dto.js';

@ApiTags('Sign-up and sign-in')
@Controller('v1/auth')
export class AuthController {
  constructor(
    private readonly signUps: SignUpUseCase,
    private readonly resendCode: ResendCodeUseCase,
    private readonly provePhone: ProvePhoneUseCase,
    private readonly signIns: SignInUseCase,
    private readonly signOuts: SignOutUseCase,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Public()
  @Post('sign-up')
  @Answers(201, dto.signedUpView, 'Makes an account and sends a code to its phone')
  async signUp(
    @Body({ schema: dto.signUpBody }) body: dto.SignUpBody,
    @Ip() ip: string,
    @Headers('accept-language') acceptLanguage: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const signedUp = await this.signUps.execute({ ...body, ip, acceptLanguage });
    setSessionCookie(reply, signedUp.session, this.settings);
    return {
      account: dto.presentAccount(signedUp.account),
      member: dto.presentMember(signedUp.member),
      phoneVerification: dto.presentVerification(signedUp.phoneVerification),
    };
  }

  @UnverifiedMembers()
  @Post('phone/resend')
  @Answers(200, dto.phoneVerificationView, 'Sends another code to the phone')
  async resend(
    @CurrentPrincipal() { accountId }: Principal,
    @Body({ schema: dto.resendCodeBody }) body: dto.ResendCodeBody,
    @Headers('accept-language') acceptLanguage: string | undefined,
  ) {
    return dto.presentVerification(
      await this.resendCode.execute({ accountId, phone: body?.phone, acceptLanguage }),
    );
  }

  @UnverifiedMembers()
  @Post('phone/check')
  @Answers(200, dto.phoneProofView, 'Proves the phone with its code and grants the trial points')
  async check(
    @CurrentPrincipal() { accountId }: Principal,
    @Body({ schema: dto.checkCodeBody }) { code }: dto.CheckCodeBody,
  ) {
    const { isTrialGranted } = await this.provePhone.execute({ accountId, code });
    return { phoneVerified: true, trialGranted: isTrialGranted };
  }

  @Public()
  @Post('sign-in')
  @Answers(200, dto.signedInView, 'Opens a session and sets its cookie')
  async signIn(
    @Body({ schema: dto.signInBody }) body: dto.SignInBody,
    @Ip() ip: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { account, member, session } = await this.signIns.execute({ ...body, ip });
    setSessionCookie(reply, session, this.settings);
    return { account: dto.presentAccount(account), member: dto.presentMember(member) };
  }

  @UnverifiedMembers()
  @Post('sign-out')
  @AnswersNothing('Ends this session')
  async signOut(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    const token = readSessionToken(request, this.settings);
    if (token !== undefined) await this.signOuts.execute(token);
    clearSessionCookie(reply, this.settings);
  }
}
