/**
 * What an installation is told: environment variables {@code IPAI_*}, then {@code ipai.yaml} of the
 * workspace, then defaults. Every fault is reported together; values that may be secret print as
 * {@code ***}.
 */
@NullMarked
package ai.ipai.governance.config;

import org.jspecify.annotations.NullMarked;
