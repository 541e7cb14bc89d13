/** What an installation allows. */
@NullMarked
package ai.ipai.gateway.rest.setting;

import org.jspecify.annotations.NullMarked;
