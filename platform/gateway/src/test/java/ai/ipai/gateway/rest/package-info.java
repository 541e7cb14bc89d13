@NullMarked
package ai.ipai.gateway.rest;

import org.jspecify.annotations.NullMarked;
