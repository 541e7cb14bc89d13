@NullMarked
package ai.ipai.gateway.rest.request;

import org.jspecify.annotations.NullMarked;
