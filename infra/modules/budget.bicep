// A budget of the resource group: it writes, it stops nothing.

@description('Ends the name of the budget.')
param name string

@description('Amount a month, in the currency of the bill.')
param amount int

@description('First day of the month it begins in.')
param start string

@description('Whom it writes to besides the owners of the group; empty for nobody.')
param email string

@description('Resource id of the action group it calls.')
param actionGroupId string

var notice = {
  enabled: true
  operator: 'GreaterThan'
  contactEmails: empty(email) ? [] : [email]
  contactGroups: [actionGroupId]
  contactRoles: ['Owner']
}

resource budget 'Microsoft.Consumption/budgets@2026-06-01' = {
  name: 'budget-${name}'
  properties: {
    amount: amount
    category: 'Cost'
    timeGrain: 'Monthly'
    timePeriod: {
      startDate: start
    }
    notifications: {
      mostly: union(notice, { threshold: 80, thresholdType: 'Actual' })
      foreseen: union(notice, { threshold: 100, thresholdType: 'Forecasted' })
    }
  }
}
