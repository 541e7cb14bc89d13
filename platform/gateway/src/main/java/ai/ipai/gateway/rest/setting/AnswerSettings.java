package ai.ipai.gateway.rest.setting;

import ai.ipai.gateway.rest.openapi.OpenApiSettings;

/**
 * What answers tell beside their rows.
 *
 * @param areFaultsBrief whether details and hints of errors are kept back
 * @param areTimed whether {@code Server-Timing} says where the time went
 * @param openApi what the root answers
 */
public record AnswerSettings(boolean areFaultsBrief, boolean areTimed, OpenApiSettings openApi) {
  public static final AnswerSettings DEFAULT =
      new AnswerSettings(false, false, OpenApiSettings.DISABLED);
}
